"""Numbers in the titles of findings are written as people read them."""

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.rules import load_rules


def test_days_in_titles_have_thousands_separators() -> None:
    row = {
        "user": "ann",
        "access_key_1_active": "true",
        "access_key_1_last_rotated": "2022-01-01T00:00:00+00:00",
        "access_key_1_last_used_date": "2022-02-01T00:00:00+00:00",
    }
    account = accepted("old keys", users=[{"UserName": "ann"}], credential_report=[row])
    titles = [finding.title for finding in analyze([snapshot_of(account)], rules=load_rules()).findings]
    assert any("is 1,765 days old" in title for title in titles)
    assert any("was last used 1,734 days ago" in title for title in titles)
