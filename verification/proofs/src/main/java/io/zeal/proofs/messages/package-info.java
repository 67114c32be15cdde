/**
 * Proofs of {@code docs/contract/reliable.md} over servers: {@link io.zeal.proofs.messages.Member}
 * is a process that publishes or consumes, {@link io.zeal.proofs.messages.Round} makes them suffer,
 * {@link io.zeal.proofs.messages.Judge} knows from what they said, and from what a raw connection
 * saw, what must not be.
 */
@NullMarked
package io.zeal.proofs.messages;

import org.jspecify.annotations.NullMarked;
