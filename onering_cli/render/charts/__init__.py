"""Charts as shapes, and the formats that shapes are written in."""
