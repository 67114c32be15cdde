/**
 * Random histories of calls by two or three threads; there has to be an order of the calls, one
 * after the other, in which a map would have answered the same. In Lincheck's stress mode: its
 * model checker does not see memory outside the heap, and finds no race there is.
 */
@NullMarked
package io.zeal.concurrency.lincheck;

import org.jspecify.annotations.NullMarked;
