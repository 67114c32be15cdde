/**
 * Proofs of tables that processes share: {@link io.zeal.proofs.kill.Worker} is a process that uses
 * them until it is killed, {@link io.zeal.proofs.kill.Journal} has what it began and what returned,
 * {@link io.zeal.proofs.kill.Judge} knows from that what has to be there.
 *
 * <p>In a round some processes die in each slot, then a survivor judges: nobody has ended by then
 * what they had begun. It writes to everything, which ends it, and judges again. In the end one
 * that has just come does the same, and looks at the structure. {@link
 * io.zeal.proofs.kill.SteppedClasses} are for kills right before a certain store into shared
 * memory: every one of them meets a change in the middle.
 *
 * <p>These were tried and found, each by {@code ./zeal verify kill/steps --seed 3} in its first
 * round: nobody ends what an intent began; a row that is free for others before its columns are
 * whole; a count that is not put back; a place in the index that stays; a bucket that stays a dead
 * one's; a free row that nobody is led to. A count that counts a row which never came took three
 * rounds.
 */
@NullMarked
package io.zeal.proofs.kill;

import org.jspecify.annotations.NullMarked;
