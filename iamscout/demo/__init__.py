"""An organization in an in-process AWS, built through boto3, to show the report without credentials."""
