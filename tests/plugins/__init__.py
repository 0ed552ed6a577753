"""Tests of the Pelican plugins, each on a small site that is really built."""
