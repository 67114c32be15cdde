/**
 * Proofs of tables that processes share: {@link io.zeal.proofs.kill.Worker} is a process that uses
 * them until it is killed, {@link io.zeal.proofs.kill.Journal} has what it began and what returned,
 * {@link io.zeal.proofs.kill.Judge} knows from that what has to be there.
 */
@NullMarked
package io.zeal.proofs.kill;

import org.jspecify.annotations.NullMarked;
