package io.zeal.pubsub.spi;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * One consumer's membership in a group of a stream: what a backend implements so that {@link
 * Consumption} can deliver.
 *
 * <p><b>One object is one consumer.</b> It has a name of its own that no other membership ever had.
 * Joining makes it, {@link #close} ends it, and so does its silence: who says nothing (no {@link
 * #beat} that succeeded) for the {@code claimAfter} of its own options may be declared silent by
 * any other member, which takes over what it held. Joining counts as a beat. From then on every
 * call of it throws {@link LostMembershipException} and changes nothing; the loop drops its claims
 * and joins anew, as another consumer.
 *
 * <p><b>Claims.</b> What {@code take} answers is claimed by this membership until it is settled or
 * the membership is lost. No call acts for a claim that another holds: it is checked in the same
 * atomic step as the change. What was taken without anybody hearing of it (a lost reply, a {@code
 * take} while the membership was being lost) must not stay away: it is answered by a later {@code
 * take} of this membership, or found by others once it is silent.
 *
 * <p><b>The count of deliveries</b> is kept per message and group. A message that is delivered for
 * the first time has count 1 as soon as it is taken, in the same step. One that comes again keeps
 * its count until {@link #begin} raises it by one. {@link Settlement.Release} of a fresh message
 * sets it back to 0. So the count is never lower than the number of handlers that have begun, and
 * after a consumer died it may be higher by one.
 *
 * <p>Safe for concurrent use, but for {@code take}, which one thread calls at a time. Each call has
 * a deadline of its own. An error other than {@link LostMembershipException} means that the backend
 * is away or refuses: the loop tries again, and what was asked may have happened.
 */
public interface Membership extends AutoCloseable {

  /**
   * Up to {@code most} messages for this consumer: those that are due again and those of consumers
   * that fell silent, then new ones in the order of their publication. Waits up to {@code wait} for
   * the first; answers an empty list if there was none, or after {@link #stopTaking}.
   *
   * @throws LostMembershipException if others have taken over what this consumer held
   */
  List<Claimed> take(int most, Duration wait);

  /**
   * Lets a {@code take} that waits come back soon, and later ones at once. What the backend may
   * have handed out meanwhile is in what it answers, or released by {@link #close}. Does not wait
   * itself, and may be called at any time and again.
   */
  void stopTaking();

  /**
   * Says that the handler of a message that is not {@linkplain Claimed#fresh fresh} is about to
   * run.
   *
   * @return the count it runs under, higher than every count that a handler had for this message;
   *     or empty if the claim is lost
   * @throws LostMembershipException as {@link #take}
   */
  OptionalLong begin(Claimed message);

  /**
   * Records answers, many in one trip.
   *
   * <p>An answer belongs to the claim it names: where the same message was claimed again since, by
   * this membership too, nothing is changed.
   *
   * @return per answer, in their order, whether it is recorded: by this call, or by an earlier one
   *     whose reply did not arrive, as far as that can be told. Where it is not, the claim did not
   *     stand, and nothing was changed.
   * @throws PartlySettledException if some are settled, and others failed and are to be tried again
   * @throws LostMembershipException as {@link #take}
   */
  List<Boolean> settle(List<Settlement> answers);

  /**
   * Says that this consumer lives.
   *
   * @throws LostMembershipException as {@link #take}
   */
  void beat();

  /**
   * Leaves. What was taken and never answered by {@code take} is released; what is still claimed (a
   * handler was cut off) goes to others as if this consumer had fallen silent, after its {@code
   * claimAfter}. Throws nothing for a membership that is lost or closed.
   */
  @Override
  void close();
}
