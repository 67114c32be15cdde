/**
 * The tests of {@code verification/concurrency} for as long as wanted, each round in a process of
 * its own whose compiler behaves differently.
 */
@NullMarked
package io.zeal.proofs.concurrency;

import org.jspecify.annotations.NullMarked;
