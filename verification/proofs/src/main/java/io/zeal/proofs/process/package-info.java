/**
 * Processes that a proof begins, makes suffer and hears to the end: {@link
 * io.zeal.proofs.process.Life} is one, {@link io.zeal.proofs.process.Lines} what it says.
 */
@NullMarked
package io.zeal.proofs.process;

import org.jspecify.annotations.NullMarked;
