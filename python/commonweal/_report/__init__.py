"""One self-contained HTML file that says how a community is doing.

This package is imported when the first report is made: it draws charts, and the chart library takes a while to load.
"""
