/**
 * Proofs of copies: processes write and read over lines that lose messages, are cut, paused and
 * killed, over a server that is killed and comes back with all, some or none of its rows. Each says
 * what it did and saw; a judge compares that with what is promised.
 */
@NullMarked
package io.zeal.proofs.tiered;

import org.jspecify.annotations.NullMarked;
