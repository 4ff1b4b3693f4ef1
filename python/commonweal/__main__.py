"""`python -m commonweal` is the command `commonweal`."""

from commonweal.cli import main

main()
