package com.example.closed;

/** A flat record that nobody outside its module may see, unless the package is opened. */
record ClosedPoint(int x, int y) {}
