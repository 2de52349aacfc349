"""The hindcast shown: fans, charts, the scoreboard on a screen and on a page."""
