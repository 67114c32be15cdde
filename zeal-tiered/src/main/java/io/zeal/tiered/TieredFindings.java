package io.zeal.tiered;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What an inspection finds about copies and what keeps them good. */
final class TieredFindings {

  /** Frames are not signed. */
  static final String UNSIGNED = "ZEAL-F501";

  /** Frames were refused. */
  static final String REFUSED = "ZEAL-F502";

  /** A store that listens, or tried to, hears nothing. */
  static final String DEAF = "ZEAL-F503";

  /** A store hears messages and has no lease. */
  static final String NO_LEASE = "ZEAL-F504";

  private static final long BEATS_WITHOUT_LEASE = 5;

  private TieredFindings() {}

  /** All that are true now. */
  static List<Finding> of(TieredSettings settings, Collection<TieredStore> stores) {
    List<Finding> found = new ArrayList<>();
    if (settings.secrets().isEmpty()) {
      found.add(unsigned());
    }
    for (TieredStore store : stores) {
      refusedBySignature(store).ifPresent(found::add);
      refusedByForm(store).ifPresent(found::add);
      if (store.isHearing() && store.beatsWithoutLease() >= BEATS_WITHOUT_LEASE) {
        found.add(noLease(store));
      }
      if (store.isDeaf()) {
        found.add(deaf(store));
      }
    }
    return found;
  }

  private static Finding unsigned() {
    return new Finding(
        UNSIGNED,
        Severity.WARNING,
        "What backend 'tiered' announces is not signed.",
        "Whoever may publish on the server can end copies, and can hide changes until "
            + TieredSettings.NEAR_TTL.key()
            + " is over. Set "
            + TieredSettings.SECRET.key()
            + " to the same at least 16 random bytes everywhere.");
  }

  private static Optional<Finding> refusedBySignature(TieredStore store) {
    return refused(
        store,
        Frame.Reason.SIGNATURE,
        "their signature does not fit.",
        "Look whether every instance has the same "
            + TieredSettings.SECRET.key()
            + ": what one says that the others refuse ends all their copies once in a"
            + " heartbeat. Else somebody forges frames.");
  }

  private static Optional<Finding> refusedByForm(TieredStore store) {
    return refused(
        store,
        Frame.Reason.FORM,
        "they have another form.",
        "Look whether every instance has the same version, and what else publishes on"
            + " channels that begin with zeal:tiered:.");
  }

  private static Optional<Finding> refused(
      TieredStore store, Frame.Reason why, String reason, String action) {
    return store
        .numbers()
        .refusedLately(why, store.fence().nanos())
        .map(refused ->
            new Finding(
                REFUSED,
                Severity.WARNING,
                "Store '"
                    + store.name()
                    + "' refused frames of others, "
                    + refused.count()
                    + " since it was opened, the last one "
                    + refused.age().toSeconds()
                    + " s ago: "
                    + reason,
                action));
  }

  private static Finding noLease(TieredStore store) {
    return new Finding(
        NO_LEASE,
        Severity.WARNING,
        "Store '"
            + store.name()
            + "' hears messages, but none of its last "
            + store.beatsWithoutLease()
            + " heartbeats gave it a lease, so every read goes to the far level. The last error: "
            + store.lastBeatFailure().map(Throwable::toString).orElse("none"),
        "With an error, mend what it says. Without one, heartbeats take longer than "
            + TieredSettings.HEARTBEAT.key()
            + " and "
            + TieredSettings.DETECTION.key()
            + " together, or do not come back: raise "
            + TieredSettings.DETECTION.key()
            + ", or look at the rights to publish and to listen.");
  }

  private static Finding deaf(TieredStore store) {
    String found =
        "Store '" + store.name() + "' hears nothing, so every read goes to the far level.";
    return store
        .listenFailure()
        .map(failure ->
            new Finding(
                DEAF,
                Severity.WARNING,
                found + " It could not begin to listen: " + failure,
                "Mend what the error says: the server has to be reached, and the user may"
                    + " subscribe. While the store is read it tries again with each heartbeat."))
        .orElseGet(() ->
            new Finding(
                DEAF,
                Severity.WARNING,
                found,
                "Wait until the server is back; the subscription comes back by itself."));
  }
}
