"""`python -m iamscout` is the same as `iamscout`."""

from iamscout.cli.main import main

if __name__ == "__main__":
    main()
