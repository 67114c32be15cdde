/**
 * What {@code ./zeal verify} runs: promises that take processes that die, disks that fill and
 * networks that break to be tried, for as many rounds as wanted. A {@link io.zeal.proofs.Proof} is
 * one scenario; {@link io.zeal.proofs.Catalog} lists them.
 */
@NullMarked
package io.zeal.proofs;

import org.jspecify.annotations.NullMarked;
