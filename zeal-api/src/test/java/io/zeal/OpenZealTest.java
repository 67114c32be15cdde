package io.zeal;

import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.found.InOneProcess.FoundCaches;
import io.zeal.found.InOneProcess.FoundMessaging;
import io.zeal.found.InOneProcess.MoreCaches;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CacheProvider;
import io.zeal.spi.CounterChange;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Texts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenZealTest {

  private static final Schema<Row> SCHEMA = Schema.builder().column("n", ColumnType.LONG).build();

  private final OpeningLog log = new OpeningLog();
  private final FilesOnThePath path = new FilesOnThePath();
  private final ZealConfig.Builder config =
      ZealConfig.builder().classLoader(path).instance(OpeningLog.class, log);

  private Zeal over(Backend backend) {
    return Zeal.open(config.backend(FakeBackendProvider.of(backend)).build());
  }

  private static FakeBackend without(Capability... missing) {
    Set<Capability> left = EnumSet.copyOf(FakeBackend.USUAL);
    Arrays.asList(missing).forEach(left::remove);
    return new FakeBackend("fake", BackendInfo.Scope.PROCESS, left);
  }

  private static void unsupported(Capability capability, ThrowingCallable call, String... parts) {
    UnsupportedCapabilityException error =
        refused(UnsupportedCapabilityException.class, ErrorCode.UNSUPPORTED, call, parts);
    assertThat(error.capability()).isEqualTo(capability);
    assertThat(error)
        .hasMessageContaining("Backend 'fake' has no " + capability)
        .hasMessageContaining("It has: [")
        .hasMessageContaining("]. " + OwnBackends.with(capability));
  }

  // Capabilities

  @Test
  void countNeedsACapability() {
    try (Zeal zeal = over(without(Capability.COUNT, Capability.EXACT_COUNT))) {
      Store<Row> store = zeal.store("rows", SCHEMA);

      unsupported(Capability.COUNT, store::count, "count() needs it");
    }
  }

  @Test
  void aRefusalSaysWhatToUseInstead() {
    try (Zeal zeal = over(without(Capability.COUNT, Capability.EXACT_COUNT, Capability.PAGE))) {
      Store<Row> store = zeal.store("rows", SCHEMA);

      assertThatThrownBy(store::count)
          .hasMessageEndingWith("Zeal's own backends with COUNT: table, redis, tiered. ZEAL-501");
    }
  }

  @Test
  void pageStreamAndForEachNeedACapability() {
    try (Zeal zeal = over(without(Capability.PAGE))) {
      Store<Row> store = zeal.store("rows", SCHEMA);

      unsupported(Capability.PAGE, () -> store.page("", 1), "page() needs it");
      unsupported(Capability.PAGE, store::stream, "stream() needs it");
      unsupported(Capability.PAGE, () -> store.forEach((_, _) -> {}), "needs it");
    }
  }

  @Test
  void clearNeedsACapability() {
    try (Zeal zeal = over(without(Capability.CLEAR))) {
      Store<Row> store = zeal.store("rows", SCHEMA);

      unsupported(Capability.CLEAR, store::clear, "clear() needs it");
    }
  }

  @Test
  void countersNeedACapability() {
    try (Zeal zeal = over(without(Capability.COUNTERS))) {
      unsupported(Capability.COUNTERS, () -> zeal.counter("c"), "counter() needs it");
      unsupported(Capability.COUNTERS, () -> zeal.getAll(List.of()), "getAll(counters)");
      unsupported(Capability.COUNTERS, () -> zeal.addAll(Map.of()), "addAll(counters)");
    }
  }

  @Test
  void inexactCountsHaveToBeAccepted() {
    FakeBackend backend = without(Capability.EXACT_COUNT);
    try (Zeal zeal = over(backend)) {
      unsupported(
          Capability.EXACT_COUNT,
          () -> zeal.store("rows", SCHEMA),
          "'rows'",
          "StoreOptions.accepting(EXACT_COUNT)");
      assertThat(
              zeal.store("rows", SCHEMA, StoreOptions.defaults().accepting(Capability.EXACT_COUNT))
                  .count())
          .isZero();
    }
  }

  @Test
  void aBackendThatCannotCountAtAllNeedsNoAcceptance() {
    try (Zeal zeal = over(without(Capability.COUNT, Capability.EXACT_COUNT))) {
      assertThat(zeal.store("rows", SCHEMA).get("k")).isEmpty();
    }
  }

  @Test
  void aBehaviourThatIsAskedForHasToBeThere() {
    StoreOptions options = StoreOptions.defaults().requesting(Capability.READ_FALLBACK);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      unsupported(
          Capability.READ_FALLBACK,
          () -> zeal.store("rows", SCHEMA, options),
          "Store 'rows' asks for it");
    }
  }

  @Test
  void aBehaviourThatIsThereMayBeAskedFor() {
    Set<Capability> more = EnumSet.copyOf(FakeBackend.USUAL);
    more.add(Capability.READ_FALLBACK);
    try (Zeal zeal = over(new FakeBackend("fake", BackendInfo.Scope.CLUSTER, more))) {
      StoreOptions options = StoreOptions.defaults().requesting(Capability.READ_FALLBACK);

      assertThat(zeal.store("rows", SCHEMA, options).options()).isSameAs(options);
    }
  }

  @Test
  void scriptsNeedACapability() {
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      unsupported(Capability.SCRIPTS, zeal::scripts, "scripts() needs it");
    }
    try (Zeal zeal =
        over(new FakeBackend("fake", BackendInfo.Scope.CLUSTER, EnumSet.of(Capability.SCRIPTS)))) {
      assertThat(zeal.scripts().run(Script.of("return 1"), List.of(), List.of()))
          .isEqualTo(new Scripts.Reply.TextValue("return 1"));
    }
  }

  @Test
  void scriptsAreRefusedAfterCloseBeforeAnythingElseButNull() {
    Zeal zeal =
        over(new FakeBackend("fake", BackendInfo.Scope.CLUSTER, EnumSet.of(Capability.SCRIPTS)));
    Scripts scripts = zeal.scripts();
    List<String> lone = List.of("a\ud800");

    assertThatThrownBy(() -> scripts.run(Script.of(""), lone, List.of()))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("key 1 of a script is not well-formed");
    zeal.close();
    assertThatThrownBy(() -> scripts.run(Script.of(""), lone, List.of()))
        .isInstanceOf(ZealClosedException.class);
  }

  @Test
  void aScriptTouchesEveryStoreItEverNamed() {
    assertThat(Script.of("").touching("a", "b", "a").touching("c").touchedStores())
        .containsExactlyInAnyOrder("a", "b", "c");
  }

  // Messages

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROCESS")
  void aSharedBackendWithoutMessagesRefusesEvenWithAModule(BackendInfo.Scope scope) {
    path.with(MessagingProvider.class, FoundMessaging.class);
    try (Zeal zeal = over(new FakeBackend("fake", scope, FakeBackend.USUAL))) {
      unsupported(Capability.PUB_SUB, zeal::pubSub, "one process only");
      unsupported(Capability.RELIABLE_PUB_SUB, zeal::reliablePubSub, "one process only");
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aBackendOfOneProcessNeedsTheModule() {
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      unsupported(Capability.PUB_SUB, zeal::pubSub, "Add io.zeal:zeal-pubsub");
      unsupported(Capability.RELIABLE_PUB_SUB, zeal::reliablePubSub, "Add io.zeal:zeal-pubsub");
    }
  }

  @Test
  void messagesOfAModuleAreOpenedOnceWhenFirstAskedFor() {
    path.with(MessagingProvider.class, FoundMessaging.class);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      assertThat(log.lines()).isEmpty();
      assertThat(zeal.pubSub()).isNotNull();
      assertThat(zeal.reliablePubSub()).isNotNull();
    }
    assertThat(log.lines()).containsExactly("open messaging", "close messaging");
  }

  @Test
  void aBackendsOwnMessagesComeFirst() {
    path.with(MessagingProvider.class, FoundMessaging.class);
    Set<Capability> both = EnumSet.of(Capability.PUB_SUB, Capability.RELIABLE_PUB_SUB);
    try (Zeal zeal = over(new FakeBackend("fake", BackendInfo.Scope.PROCESS, both))) {
      assertThat(zeal.pubSub()).isNotNull();
      assertThat(zeal.reliablePubSub()).isNotNull();
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void capabilitiesAndLimitsOfAModulesMessagesAreShown() {
    path.with(MessagingProvider.class, FoundMessaging.class);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      assertThat(zeal.info().capabilities())
          .containsAll(FakeBackend.USUAL)
          .contains(Capability.PUB_SUB, Capability.EXACT_RECEIVERS, Capability.RELIABLE_PUB_SUB);
      assertThat(zeal.info().limits()).containsEntry("payloadBytes", 7L);
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void whatAModuleSaysOfItsMessagesIsNotSaidOfABackendsOwn() {
    path.with(MessagingProvider.class, FoundMessaging.class);
    Set<Capability> own = EnumSet.of(Capability.PUB_SUB);
    try (Zeal zeal = over(new FakeBackend("fake", BackendInfo.Scope.PROCESS, own))) {
      assertThat(zeal.info().capabilities())
          .containsExactlyInAnyOrder(Capability.PUB_SUB, Capability.RELIABLE_PUB_SUB);
    }
  }

  @Test
  void aSharedBackendShowsNoMessagesOfAModule() {
    path.with(MessagingProvider.class, FoundMessaging.class);
    Set<Capability> own = EnumSet.of(Capability.COUNT);
    try (Zeal zeal = over(new FakeBackend("fake", BackendInfo.Scope.CLUSTER, own))) {
      assertThat(zeal.info().capabilities()).containsExactly(Capability.COUNT);
      assertThat(zeal.info().limits()).doesNotContainKey("payloadBytes");
    }
  }

  // Caches

  @Test
  void cachesNeedAModule() {
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      refused(
          ConfigurationException.class,
          ErrorCode.MODULE_NOT_FOUND,
          () -> zeal.cache("users"),
          "Caches need a module on the path",
          "add io.zeal:zeal-cache");
    }
  }

  @Test
  void cachesAreOpenedOnceAndCounted() {
    path.with(CacheProvider.class, FoundCaches.class);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      assertThat(zeal.stats().parts()).containsOnlyKeys("backend");
      assertThat(zeal.cache("users")).isNotNull();
      assertThat(zeal.cache("rooms")).isNotNull();
      assertThat(zeal.stats().parts()).containsOnlyKeys("backend", "caches");
    }
    assertThat(log.lines()).containsExactly("open caches over fake", "close caches");
  }

  @Test
  void severalModulesForCachesAreNamed() {
    path.with(CacheProvider.class, FoundCaches.class, MoreCaches.class);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      refused(
          ConfigurationException.class,
          ErrorCode.MODULE_NOT_FOUND,
          () -> zeal.cache("users"),
          "Several plugins offer the same: [found-caches, more-caches]",
          "Keep one on the path");
    }
  }

  // What there is to see

  @Test
  void statsAndFindingsAreOfEverythingThatIsOpen() {
    path.with(CacheProvider.class, FoundCaches.class);
    path.with(MessagingProvider.class, FoundMessaging.class);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      assertThat(zeal.stats().parts()).containsOnlyKeys("backend");
      assertThat(zeal.inspect()).extracting(Finding::code).containsExactly("FAKE-1");

      zeal.cache("users");
      zeal.pubSub();

      assertThat(zeal.stats().parts()).containsOnlyKeys("backend", "caches", "messages");
      assertThat(zeal.stats().parts().get("messages").numbers()).containsEntry("published", 5L);
      assertThat(zeal.inspect())
          .extracting(Finding::code)
          .containsExactly("FAKE-1", "FOUND-1", "FOUND-2");
    }
  }

  @Test
  void aPluginSeesTheNumbersOfTheWholeInstanceWhileItIsOpen() {
    AtomicReference<BackendContext> context = new AtomicReference<>();
    FakeBackendProvider provider =
        new FakeBackendProvider(
            "fake",
            List.of(),
            given -> {
              context.set(given);
              assertThat(given.instanceStats()).as("before it is open").isEmpty();
              return new FakeBackend("fake");
            });
    try (Zeal zeal = Zeal.open(ZealConfig.builder().backend(provider).build())) {
      assertThat(context.get().instanceStats()).contains(zeal.stats());
    }
    assertThat(context.get().instanceStats()).as("once it is closed").isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"PUB_SUB", "RELIABLE_PUB_SUB"})
  void aBackendsOwnMessagesAreSeenAsLongAsItIsOpen(Capability messages) {
    Set<Capability> some = EnumSet.of(messages);
    try (Zeal zeal = over(new FakeBackend("fake", BackendInfo.Scope.CLUSTER, some))) {
      assertThat(zeal.stats().parts()).containsOnlyKeys("backend", "messages");
      assertThat(zeal.inspect()).extracting(Finding::code).containsExactly("FAKE-1", "FAKE-2");
    }
  }

  // Arguments

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\ud800", "0123456789012345678901234567890123456789012345678901234567890123"})
  void anythingIsOpenedByAUsableName(String name) {
    path.with(CacheProvider.class, FoundCaches.class);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      Map<String, ThrowingCallable> calls =
          Map.of(
              "store", () -> zeal.store(name, SCHEMA),
              "counter", () -> zeal.counter(name),
              "cache", () -> zeal.cache(name));
      calls.forEach((what, call) ->
          refused(
              InvalidArgumentException.class,
              ErrorCode.INVALID_NAME,
              call,
              "The " + what + " name " + Texts.quote(name),
              "use 1 to 63 bytes"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zeal:", "zeal:cache:users"})
  void storesOfZealsOwnAreOutOfReach(String name) { // S8.8
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_NAME,
          () -> zeal.store(name, SCHEMA),
          "'" + name + "'",
          "begins with 'zeal:'");
      assertThat(zeal.store("zealous", SCHEMA).name()).isEqualTo("zealous");
    }
  }

  static Stream<Method> methodsWithReferences() {
    return Proxies.methods(Zeal.class).filter(method -> method.getParameterCount() > 0);
  }

  @ParameterizedTest
  @MethodSource("methodsWithReferences")
  void nullIsRefusedAndNamedWhereverItIsPassed(Method method) throws Exception {
    path.with(CacheProvider.class, FoundCaches.class);
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      for (int i = 0; i < method.getParameterCount(); i++) {
        Object[] arguments = arguments(method);
        arguments[i] = null;
        assertThat(thrown(method, zeal, arguments))
            .as("%s with null for %s", method, method.getParameters()[i].getName())
            .isInstanceOf(NullPointerException.class)
            .message()
            .isNotEmpty()
            .doesNotStartWith("Cannot invoke");
      }
    }
  }

  // Counters

  @Test
  void aCounterSendsEachChange() {
    FakeBackend backend = new FakeBackend("fake");
    try (Zeal zeal = over(backend)) {
      Counter counter = zeal.counter("c", CounterOptions.defaults().startingAt(10));

      assertThat(counter.get()).isEqualTo(10);
      assertThat(counter.add(5)).isEqualTo(15);
      assertThat(counter.increment()).isEqualTo(16);
      assertThat(counter.decrement()).isEqualTo(15);
      counter.set(20);
      assertThat(counter.addBounded(5, 25)).hasValue(25);
      assertThat(counter.addBounded(1, 25)).isEmpty();
      assertThat(counter.compareAndSet(25, 30)).isTrue();
      assertThat(counter.compareAndSet(25, 31)).isFalse();
      counter.reset();
      assertThat(counter.get()).isEqualTo(10);
      assertThat(counter).hasToString("Counter['c']");
      assertThat(backend.calls)
          .containsExactly(
              new CounterChange.Add(5),
              new CounterChange.Add(1),
              new CounterChange.Add(-1),
              new CounterChange.Set(20),
              new CounterChange.AddBounded(5, 25),
              new CounterChange.AddBounded(1, 25),
              new CounterChange.CompareAndSet(25, 30),
              new CounterChange.CompareAndSet(25, 31),
              new CounterChange.Reset());
    }
  }

  @Test
  void manyCountersAnswerByName() {
    try (Zeal zeal = over(new FakeBackend("fake"))) {
      Counter a = zeal.counter("a");
      Counter same = zeal.counter("a");
      Counter b = zeal.counter("b", CounterOptions.defaults().startingAt(5));

      assertThat(zeal.addAll(Map.of(a, 1L, b, 2L)).orThrow()).isEqualTo(Map.of("a", 1L, "b", 7L));
      assertThat(zeal.getAll(List.of(a, b, same)).orThrow()).isEqualTo(Map.of("a", 1L, "b", 7L));
    }
  }

  @Test
  void aCounterTwiceInOneAdditionIsRefused() {
    FakeBackend backend = new FakeBackend("fake");
    try (Zeal zeal = over(backend)) {
      Counter one = zeal.counter("a");
      Counter same = zeal.counter("a");
      Map<Counter, Long> twice = Map.of(one, 1L, same, 2L);

      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_ARGUMENT,
          () -> zeal.addAll(twice),
          "Counter 'a' is there twice",
          "Name each counter once");
      assertThat(backend.calls).isEmpty();
    }
  }

  @Test
  void aCounterOfAnotherInstanceIsRefused() {
    try (Zeal zeal = over(new FakeBackend("fake"));
        Zeal other = over(new FakeBackend("fake"))) {
      Counter foreign = other.counter("a");

      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_ARGUMENT,
          () -> zeal.getAll(List.of(foreign)),
          "Counter 'a' is of another Zeal instance");
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_ARGUMENT,
          () -> zeal.addAll(Map.of(foreign, 1L)),
          "Counter 'a' is of another Zeal instance");
    }
  }

  // The end

  static Stream<Method> methodsOfZeal() {
    return Proxies.methods(Zeal.class)
        .filter(method -> !Set.of("close", "info").contains(method.getName()));
  }

  @ParameterizedTest
  @MethodSource("methodsOfZeal")
  void afterCloseEveryMethodSaysThatItIsClosed(Method method) throws Exception {
    path.with(CacheProvider.class, FoundCaches.class);
    path.with(MessagingProvider.class, FoundMessaging.class);
    FakeBackend backend = new FakeBackend("fake");
    Zeal zeal = over(backend);
    zeal.close();

    assertThat(thrown(method, zeal, arguments(method)))
        .isInstanceOf(ZealClosedException.class)
        .hasMessageContainingAll("backend 'fake'", "is closed", ErrorCode.CLOSED.id());
    assertThat(log.lines()).isEmpty();
  }

  static Stream<Method> methodsOfCounter() {
    return Proxies.methods(Counter.class)
        .filter(method -> !Set.of("name", "options").contains(method.getName()));
  }

  @ParameterizedTest
  @MethodSource("methodsOfCounter")
  void afterCloseEveryMethodOfACounterSaysThatItIsClosed(Method method) throws Exception {
    FakeBackend backend = new FakeBackend("fake");
    Zeal zeal = over(backend);
    Counter counter = zeal.counter("c");
    zeal.close();
    Object[] arguments = Arrays.stream(method.getParameterTypes()).map(Proxies::sample).toArray();

    assertThat(thrown(method, counter, arguments))
        .isInstanceOf(ZealClosedException.class)
        .hasMessageContainingAll("backend 'fake'", "is closed", ErrorCode.CLOSED.id());
    assertThat(backend.calls).isEmpty();
    assertThat(counter.name()).isEqualTo("c");
    assertThat(counter.options()).isEqualTo(CounterOptions.defaults());
  }

  @Test
  void whatTheBackendIsStaysKnownAfterClose() {
    Zeal zeal = over(strict(new FakeBackend("fake")));
    assertThat(zeal).hasToString("Zeal[fake]");
    zeal.close();

    assertThat(zeal.info().name()).isEqualTo("fake");
    assertThat(zeal).hasToString("Zeal[fake, closed]");
    refused(ZealClosedException.class, ErrorCode.CLOSED, zeal::stats, "backend 'fake'");
  }

  /** A backend that keeps to the letter of its contract: closed, it answers nothing. */
  private static Backend strict(FakeBackend backend) {
    return new ForwardingBackend(backend) {
      @Override
      public BackendInfo info() {
        if (backend.closes() > 0) {
          throw new ZealClosedException("The backend is closed.");
        }
        return super.info();
      }
    };
  }

  @Test
  void closingTwiceClosesOnce() {
    FakeBackend backend = new FakeBackend("fake");
    Zeal zeal = over(backend);

    zeal.close();
    zeal.close();

    assertThat(backend.closes()).isEqualTo(1);
  }

  @Test
  void closingClosesEverythingWhateverThrows() {
    path.with(CacheProvider.class, FoundCaches.class);
    path.with(MessagingProvider.class, FoundMessaging.class);
    RuntimeException ofCaches = new IllegalStateException("caches");
    AssertionError ofMessages = new AssertionError("messages");
    config.instance(RuntimeException.class, ofCaches).instance(AssertionError.class, ofMessages);
    FakeBackend backend = new FakeBackend("fake");
    Zeal zeal = over(backend);
    zeal.cache("users");
    zeal.pubSub();

    assertThatThrownBy(zeal::close).isSameAs(ofCaches).hasSuppressedException(ofMessages);

    assertThat(log.lines()).endsWith("close caches", "close messaging");
    assertThat(backend.closes()).isEqualTo(1);
    zeal.close();
    assertThat(backend.closes()).isEqualTo(1);
  }

  @Test
  void anErrorOfTheBackendsCloseIsThrown() {
    RuntimeException failure = new IllegalStateException("backend");
    Zeal zeal =
        over(
            new ForwardingBackend(new FakeBackend("fake")) {
              @Override
              public void close() {
                throw failure;
              }
            });

    assertThatThrownBy(zeal::close).isSameAs(failure);
  }

  // What a backend without a capability answers by itself

  @Test
  void aBackendsDefaultsRefuseByCapability() {
    Backend bare = new Bare();

    unsupported(Capability.COUNTERS, bare::counters, "has: [PAGE]");
    unsupported(Capability.PUB_SUB, bare::messaging, "has: [PAGE]");
    unsupported(Capability.SCRIPTS, bare::scripts, "has: [PAGE]");
  }

  private static final class Bare implements Backend {

    @Override
    public BackendInfo info() {
      return new BackendInfo(
          "fake", BackendInfo.Scope.PROCESS, Set.of(Capability.PAGE), Map.of("keyBytes", 63L));
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      throw new AssertionError("not asked for");
    }

    @Override
    public Stats stats() {
      return Stats.of("fake", Map.of());
    }

    @Override
    public List<Finding> inspect() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  /** Arguments that would be taken, by the names of the parameters. */
  private static Object[] arguments(Method method) {
    return Arrays.stream(method.getParameters())
        .map(parameter ->
            switch (parameter.getName()) {
              case "name" -> "some";
              case "schema" -> SCHEMA;
              case "counters" -> List.of();
              case "deltas" -> Map.of();
              case "options" ->
                  switch (method.getName()) {
                    case "store" -> StoreOptions.defaults();
                    case "counter" -> CounterOptions.defaults();
                    default -> CacheOptions.defaults();
                  };
              default ->
                  throw new AssertionError("Say what to pass for " + parameter + " of " + method);
            })
        .toArray();
  }

  private static Throwable thrown(Method method, Object target, Object[] arguments)
      throws IllegalAccessException {
    try {
      return new AssertionError("answered " + method.invoke(target, arguments));
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }
}
