/**
 * The table under many threads, through the public API alone: {@code jcstress} is about what two or
 * three calls that meet may answer, {@code lincheck} about whole histories of calls, {@link
 * io.zeal.concurrency.Eviction} about a store that evicts, which promises too little for either.
 * Everything can be run against {@link io.zeal.concurrency.Subject#NAIVE} too, which has the races
 * that are looked for: who finds nothing there looks in vain.
 */
@NullMarked
package io.zeal.concurrency;

import org.jspecify.annotations.NullMarked;
