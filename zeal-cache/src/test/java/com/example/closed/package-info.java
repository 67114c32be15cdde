/** What an application keeps to itself. */
@NullMarked
package com.example.closed;

import org.jspecify.annotations.NullMarked;
