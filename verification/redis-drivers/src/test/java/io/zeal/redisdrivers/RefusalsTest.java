package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ColumnType;
import io.zeal.Finding;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is refused names the backends that can: exactly those of Zeal's own that claim to. */
class RefusalsTest {

  private static final String BEGIN = "Zeal's own backends with ";

  /** What each claims where nothing keeps it from what it can. */
  private static Map<String, Set<Capability>> claims(MemcachedServer memcached) {
    Map<String, Set<Capability>> claims = new LinkedHashMap<>();
    for (String backend : List.of("table", "redis", "tiered", "memcached")) {
      ZealConfig config =
          ZealConfig.builder()
              .set("zeal.backend", backend)
              .set("zeal.redis.url", "redis://" + SharedServer.get().address())
              .set("zeal.redis.driver", "jedis")
              .set("zeal.memcached.servers", memcached.address())
              .build();
      try (Zeal zeal = Zeal.open(config)) {
        claims.put(backend, zeal.info().capabilities());
      }
    }
    return claims;
  }

  @Test
  void aRefusalNamesExactlyTheBackendsThatClaimTheCapability() {
    try (MemcachedServer memcached = ServerTests.startOrSkip(MemcachedServer::start);
        Zeal nothing = Zeal.open(ZealConfig.builder().backend(new Nothing()).build())) {
      Map<String, Set<Capability>> claims = claims(memcached);
      for (Capability capability : Capability.values()) {
        List<String> named = List.of(namedBy(refusal(nothing, capability)).split("[^a-z]+"));
        claims.forEach((backend, claimed) ->
            assertThat(named.contains(backend))
                .as("%s is named by a refusal of %s", backend, capability)
                .isEqualTo(claimed.contains(capability)));
      }
    }
  }

  @Test
  void soDoBackendsThatAreAskedWithoutZeal() {
    try (Zeal nothing = Zeal.open(ZealConfig.builder().backend(new Nothing()).build());
        Backend alone = new Nothing()) {
      assertSame(nothing, Capability.COUNTERS, alone::counters);
      assertSame(nothing, Capability.PUB_SUB, alone::messaging);
      assertSame(nothing, Capability.SCRIPTS, alone::scripts);
    }
  }

  private static void assertSame(Zeal nothing, Capability capability, Runnable call) {
    String refusal =
        catchThrowableOfType(UnsupportedCapabilityException.class, call::run).getMessage();
    assertThat(namedBy(refusal)).isEqualTo(namedBy(refusal(nothing, capability)));
  }

  private static String refusal(Zeal nothing, Capability capability) {
    Schema<?> schema = Schema.builder().column("n", ColumnType.LONG).build();
    StoreOptions asking = StoreOptions.defaults().requesting(capability);
    return catchThrowableOfType(
            UnsupportedCapabilityException.class, () -> nothing.store("rows", schema, asking))
        .getMessage();
  }

  private static String namedBy(String refusal) {
    assertThat(refusal).contains(BEGIN);
    return refusal.substring(refusal.indexOf(BEGIN) + BEGIN.length());
  }

  /** A backend that can nothing at all. */
  private static final class Nothing implements Backend, BackendProvider {

    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Backend open(BackendContext context) {
      return this;
    }

    @Override
    public BackendInfo info() {
      return new BackendInfo(
          "nothing", BackendInfo.Scope.CLUSTER, EnumSet.noneOf(Capability.class), Map.of());
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      throw new AssertionError("a store of nothing");
    }

    @Override
    public Stats stats() {
      return Stats.of("nothing", Map.of());
    }

    @Override
    public List<Finding> inspect() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
