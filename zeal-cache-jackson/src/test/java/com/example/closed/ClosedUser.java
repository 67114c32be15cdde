package com.example.closed;

import java.util.List;

/** A record that nobody outside its module may see, unless the package is opened. */
record ClosedUser(String name, List<String> roles) {}
