package io.zeal.found;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.OpeningLog;
import io.zeal.Proxies;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CacheProvider;
import io.zeal.spi.Caches;
import io.zeal.spi.Messaging;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Plugin;
import io.zeal.spi.Setting;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Caches and messages found on the path of a test; they note when they are opened and closed. */
public abstract class InOneProcess implements Plugin {

  private final String name;

  InOneProcess(String name) {
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<Setting<?>> settings() {
    return List.of();
  }

  private static OpeningLog log(BackendContext context) {
    return context.instance(OpeningLog.class).orElseGet(OpeningLog::new);
  }

  /** Offers caches; closing them fails if the application asks for that. */
  public static class FoundCaches extends InOneProcess implements CacheProvider {

    /** Found by its name. */
    public FoundCaches() {
      this("found-caches");
    }

    FoundCaches(String name) {
      super(name);
    }

    @Override
    public Caches open(Backend backend, BackendContext context) {
      OpeningLog log = log(context);
      log.add("open caches over " + backend.info().name());
      boolean fails = context.instance(RuntimeException.class).isPresent();
      return new Caches() {
        @Override
        public Cache cache(String name, CacheOptions options) {
          return Proxies.of(Cache.class);
        }

        @Override
        public Stats stats() {
          return Stats.of("caches", Map.of("hits", 7L));
        }

        @Override
        public List<Finding> inspect() {
          return List.of(new Finding("FOUND-1", Finding.Severity.INFO, "caches", "nothing"));
        }

        @Override
        public void close() {
          log.add("close caches");
          if (fails) {
            throw context.instance(RuntimeException.class).orElseThrow();
          }
        }
      };
    }
  }

  /** Offers the same as {@link FoundCaches}. */
  public static final class MoreCaches extends FoundCaches {
    /** Found by its name. */
    public MoreCaches() {
      super("more-caches");
    }
  }

  /** Offers messages; closing them fails if the application asks for that. */
  public static final class FoundMessaging extends InOneProcess implements MessagingProvider {

    /** Found by its name. */
    public FoundMessaging() {
      super("found-messaging");
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(Capability.PUB_SUB, Capability.RELIABLE_PUB_SUB, Capability.EXACT_RECEIVERS);
    }

    @Override
    public Map<String, Long> limits() {
      return Map.of("payloadBytes", 7L);
    }

    @Override
    public Messaging open(BackendContext context) {
      OpeningLog log = log(context);
      log.add("open messaging");
      return new Messaging() {
        @Override
        public PubSub pubSub() {
          return Proxies.of(PubSub.class);
        }

        @Override
        public ReliablePubSub reliablePubSub() {
          return Proxies.of(ReliablePubSub.class);
        }

        @Override
        public Stats stats() {
          return Stats.of("messages", Map.of("published", 5L));
        }

        @Override
        public List<Finding> inspect() {
          return List.of(new Finding("FOUND-2", Finding.Severity.INFO, "messages", "nothing"));
        }

        @Override
        public void close() {
          log.add("close messaging");
          context
              .instance(AssertionError.class)
              .ifPresent(error -> {
                throw error;
              });
        }
      };
    }
  }
}
