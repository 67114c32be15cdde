/** What an application brings: a codec of its own, records, some of them in a closed module. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
