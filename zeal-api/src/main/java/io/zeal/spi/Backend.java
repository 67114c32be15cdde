package io.zeal.spi;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import java.util.List;
import java.util.TreeSet;

/**
 * Where state lives. Safe for concurrent use; {@link #close} may be called more than once, and
 * afterwards every call ends in {@link io.zeal.ZealClosedException}.
 *
 * <p>What a backend can do is in {@link BackendInfo#capabilities()} and nowhere else: nobody asks
 * for its class. A call that needs a missing capability ends in {@link
 * UnsupportedCapabilityException}, which is what the defaults here do.
 */
public interface Backend extends AutoCloseable {

  /** Name, scope, capabilities and limits; the same for the backend's whole life. */
  BackendInfo info();

  /**
   * Attaches to a store, or creates it.
   *
   * @throws io.zeal.SchemaException if it exists with another schema or other options (S10)
   * @throws UnsupportedCapabilityException if the options need what this backend lacks
   * @throws io.zeal.CapacityException if it cannot fit; nothing was created
   */
  <R> Rows<R> rows(StoreSpec<R> spec);

  /** The counters; needs {@code Capability.COUNTERS}. */
  default Counters counters() {
    throw missing(Capability.COUNTERS, "table, redis, tiered, memcached");
  }

  /**
   * Messages; needs {@code Capability.PUB_SUB} or {@code Capability.RELIABLE_PUB_SUB}. They end
   * with the backend, which alone closes them.
   */
  default Messaging messaging() {
    throw missing(
        Capability.PUB_SUB, "redis, tiered; table with io.zeal:zeal-pubsub, within one process");
  }

  /** Scripts; needs {@code Capability.SCRIPTS}. */
  default Scripts scripts() {
    throw missing(Capability.SCRIPTS, "redis, tiered");
  }

  /** Numbers about the running backend. */
  Stats stats();

  /** What its operator should know; may ask the server. */
  List<Finding> inspect();

  /** Releases everything; what this call cannot release it does not wait for. */
  @Override
  void close();

  private UnsupportedCapabilityException missing(Capability capability, String ownBackends) {
    return new UnsupportedCapabilityException(
        capability,
        "Backend '"
            + info().name()
            + "' has no "
            + capability
            + ". It has: "
            + new TreeSet<>(info().capabilities())
            + ". Zeal's own backends with "
            + capability
            + ": "
            + ownBackends
            + ".");
  }
}
