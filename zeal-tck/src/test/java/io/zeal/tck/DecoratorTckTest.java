package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.ZealException;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingCounters;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Messaging;
import io.zeal.spi.Operation;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.WriteResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Decorators that are broken in one place: exactly the test of that rule notices. */
@SuppressWarnings("UnnecessaryLambda") // a decorator is a function here
class DecoratorTckTest {

  private static final Setting<Long> LIMIT =
      Setting.number("zeal.test.limit", 1, 9).withDefault(3L);
  private static final Setting<String> NAME = Setting.text("zeal.test.name");

  /** A decorator of a test. */
  private record Decorating(Function<Backend, Backend> around) implements BackendDecorator {

    @Override
    public String name() {
      return "test";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(LIMIT, NAME);
    }

    @Override
    public int order() {
      return 0;
    }

    @Override
    public Backend decorate(Backend backend, Role role, BackendContext context) {
      assertThat(role).isEqualTo(Role.FAR);
      assertThat(context.setting(LIMIT)).isEqualTo(3);
      assertThat(context.setting(NAME)).isEqualTo("some");
      assertThat(context.instance(String.class)).contains("handed in");
      assertThat(context.instance(Integer.class)).isEmpty();
      return around.apply(backend);
    }
  }

  private static final class Kit extends DecoratorTck {

    private final BackendDecorator decorator;

    Kit(BackendDecorator decorator) {
      this.decorator = decorator;
    }

    @Override
    protected BackendDecorator decorator() {
      return decorator;
    }

    @Override
    protected Map<String, String> settings() {
      return Map.of("zeal.test.name", "some");
    }

    @Override
    protected <T> Optional<T> instance(Class<T> type) {
      return type == String.class ? Optional.of(type.cast("handed in")) : Optional.empty();
    }
  }

  private static Stream<Method> tests() {
    return Arrays.stream(DecoratorTck.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class));
  }

  /** What failed, by rule. */
  private static Map<String, String> failures(Function<Backend, Backend> around) {
    Map<String, String> failures = new TreeMap<>();
    tests()
        .forEach(test -> {
          try {
            test.invoke(new Kit(new Decorating(around)));
          } catch (InvocationTargetException e) {
            assertThat(e.getCause()).isInstanceOf(AssertionError.class);
            failures.put(rule(test), e.getCause().getMessage());
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        });
    return failures;
  }

  private static String rule(Method test) {
    String[] parts = test.getName().split("_", 3);
    return parts[0].toUpperCase(java.util.Locale.ROOT) + "." + parts[1];
  }

  // What is not broken

  @Test
  void aDecoratorThatIsAboutNothingPasses() {
    assertThat(failures(backend -> backend)).isEmpty();
    assertThat(failures(ForwardingBackend::new)).isEmpty();
  }

  @Test
  void aDecoratorMayCountWrapHandlersAndAddWhatItKnows() {
    assertThat(failures(Counting::new)).isEmpty();
  }

  /** What a decorator for metrics does. */
  private static final class Counting extends ForwardingBackend {

    private final AtomicLong calls = new AtomicLong();

    Counting(Backend delegate) {
      super(delegate);
    }

    private <T> T counted(Supplier<T> call) {
      calls.incrementAndGet();
      return call.get();
    }

    @Override
    public BackendInfo info() {
      BackendInfo below = super.info();
      Set<Capability> more = EnumSet.of(Capability.READ_FALLBACK);
      more.addAll(below.capabilities());
      return new BackendInfo(below.name(), below.scope(), more, below.limits());
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      return new ForwardingRows<>(super.rows(spec)) {
        @Override
        protected <T> T around(Operation operation, Supplier<T> call) {
          return counted(call);
        }
      };
    }

    @Override
    public Counters counters() {
      return new ForwardingCounters(super.counters()) {
        @Override
        protected <T> T around(Operation operation, Supplier<T> call) {
          return counted(call);
        }
      };
    }

    @Override
    public Messaging messaging() {
      Messaging below = super.messaging();
      return intercept(
          Messaging.class,
          below,
          (method, arguments, call) ->
              switch (method) {
                case "listen" -> handled(method, arguments, call);
                case "pubSub" -> intercept(PubSub.class, below.pubSub(), this::handled);
                case "reliablePubSub" ->
                    intercept(ReliablePubSub.class, below.reliablePubSub(), this::handled);
                default -> call.get();
              });
    }

    /** Wraps handlers and callbacks. */
    @SuppressWarnings("unchecked")
    private Object handled(String method, Object[] arguments, Supplier<Object> call) {
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] =
            switch (arguments[i]) {
              case Consumer<?> handler ->
                  (Consumer<Message>)
                      message ->
                          counted(() -> {
                            ((Consumer<Message>) handler).accept(message);
                            return true;
                          });
              case Runnable callback ->
                  (Runnable)
                      () ->
                          counted(() -> {
                            callback.run();
                            return true;
                          });
              case Function<?, ?> handler ->
                  (Function<Object, Object>)
                      delivery ->
                          counted(() -> ((Function<Object, Object>) handler).apply(delivery));
              case SubscribeOptions options ->
                  options.withOnGap(() ->
                      counted(() -> {
                        options.onGap().run();
                        return true;
                      }));
              default -> arguments[i];
            };
      }
      return call.get();
    }

    @Override
    public Stats stats() {
      return new Stats("counting", Map.of("calls", calls.get()), Map.of("backend", super.stats()));
    }

    @Override
    public List<Finding> inspect() {
      List<Finding> more = new ArrayList<>(super.inspect());
      more.add(new Finding("TEST-1", Finding.Severity.INFO, "decorated", "nothing"));
      return more;
    }
  }

  private interface Intercepting {
    Object call(String method, Object[] arguments, Supplier<Object> call);
  }

  private static <T> T intercept(Class<T> type, T delegate, Intercepting intercepting) {
    return type.cast(
        Proxy.newProxyInstance(
            DecoratorTckTest.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, given) -> {
              Object[] arguments = given == null ? new Object[0] : given;
              return intercepting.call(
                  method.getName(), arguments, () -> invoke(method, delegate, arguments));
            }));
  }

  private static Object invoke(Method method, Object delegate, Object[] arguments) {
    try {
      return method.invoke(delegate, arguments);
    } catch (InvocationTargetException e) {
      throw (RuntimeException) e.getCause();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  // What is broken

  private static Arguments broken(String rules, String what, Function<Backend, Backend> around) {
    return arguments(rules, what, around);
  }

  private static Function<Backend, Backend> backend(Intercepting broken) {
    return backend -> intercept(Backend.class, backend, broken);
  }

  /** Breaks what one method of the backend hands out. */
  private static <T> Function<Backend, Backend> part(
      String getter, Class<T> type, Intercepting broken) {
    return backend((method, _, call) ->
        method.equals(getter) ? intercept(type, type.cast(call.get()), broken) : call.get());
  }

  private static <T> Function<Backend, Backend> messages(
      String getter, Class<T> type, Intercepting broken) {
    return part(
        "messaging",
        Messaging.class,
        (method, _, call) ->
            method.equals(getter) ? intercept(type, type.cast(call.get()), broken) : call.get());
  }

  private static Intercepting swallowing(String victim, Object instead) {
    return (method, _, call) -> method.equals(victim) ? instead : call.get();
  }

  private static Intercepting twice(String victim) {
    return (method, _, call) -> {
      if (method.equals(victim)) {
        var _ = call.get();
      }
      return call.get();
    };
  }

  static Stream<Arguments> brokenDecorators() {
    Intercepting otherArgument =
        (method, arguments, call) -> {
          if (method.equals("get")) {
            arguments[0] = "other";
          }
          return call.get();
        };
    return Stream.of(
        broken("D1.1 D2.1", "the backend is not closed", backend(swallowing("close", null))),
        broken("D1.1 D2.1", "findings are kept back", backend(swallowing("inspect", List.of()))),
        broken("D1.1", "a store is opened twice", backend(twice("rows"))),
        broken("D1.2", "a column is read through the row", columnThroughRow()),
        broken("D1.2", "a write is sent twice", part("rows", Rows.class, twice("write"))),
        broken("D1.2", "a row of another key is read", part("rows", Rows.class, otherArgument)),
        broken("D1.2", "buckets are forgotten", part("rows", Rows.class, swallowing("buckets", 1))),
        broken(
            "D1.2 D2.1",
            "announcements end here",
            part("rows", Rows.class, swallowing("announce", null))),
        broken(
            "D1.2",
            "a write that changed nothing is said to have",
            part(
                "rows",
                Rows.class,
                (method, _, call) -> {
                  Object answer = call.get();
                  return method.equals("writeAll") ? List.of(WriteResult.APPLIED) : answer;
                })),
        broken("D1.3 D2.1", "many counters are read one by one", oneByOne()),
        broken("D1.4", "an addition is made by apply", additionByApply()),
        broken(
            "D1.5 D2.1",
            "messages are not closed",
            part("messaging", Messaging.class, swallowing("close", null))),
        broken(
            "D1.5",
            "a listener is forgotten",
            part("messaging", Messaging.class, DecoratorTckTest::deaf)),
        broken(
            "D1.5",
            "a listener's gap is not told",
            part("messaging", Messaging.class, DecoratorTckTest::withoutGaps)),
        broken(
            "D1.6 D2.1",
            "nothing is published",
            messages("pubSub", PubSub.class, swallowing("publish", 7L))),
        broken(
            "D1.6",
            "a handler is forgotten",
            messages("pubSub", PubSub.class, DecoratorTckTest::deaf)),
        broken(
            "D1.6",
            "a gap is not told",
            messages("pubSub", PubSub.class, DecoratorTckTest::withoutGaps)),
        broken(
            "D1.7",
            "every message is acknowledged",
            messages("reliablePubSub", ReliablePubSub.class, DecoratorTckTest::acknowledging)),
        broken(
            "D1.8 D2.1",
            "no script is run",
            part("scripts", Scripts.class, swallowing("run", new Scripts.Reply.Nothing()))),
        broken(
            "D1.9",
            "a subscription is never ended",
            messages("pubSub", PubSub.class, DecoratorTckTest::endless)),
        broken("D2.1", "an error becomes an outage", outages()),
        broken("D3.1", "a capability is lost", info(EnumSet.of(Capability.SCRIPTS), "tck-below")),
        broken("D3.2", "the name changes", info(EnumSet.noneOf(Capability.class), "mine")));
  }

  private static Function<Backend, Backend> columnThroughRow() {
    return backend ->
        new ForwardingBackend(backend) {
          @Override
          public <R> Rows<R> rows(StoreSpec<R> spec) {
            return new ForwardingRows<>(super.rows(spec)) {
              @Override
              public OptionalLong number(String key, int column) {
                return get(key).isPresent() ? OptionalLong.of(7) : OptionalLong.empty();
              }
            };
          }
        };
  }

  private static Function<Backend, Backend> oneByOne() {
    return backend ->
        new ForwardingBackend(backend) {
          @Override
          public Counters counters() {
            Counters below = super.counters();
            return new Counters() {
              @Override
              public io.zeal.spi.CounterCell counter(io.zeal.spi.CounterSpec spec) {
                return below.counter(spec);
              }
            };
          }
        };
  }

  private static Function<Backend, Backend> additionByApply() {
    return backend ->
        new ForwardingBackend(backend) {
          @Override
          public Counters counters() {
            return new ForwardingCounters(super.counters()) {
              @Override
              public io.zeal.spi.CounterCell counter(io.zeal.spi.CounterSpec spec) {
                io.zeal.spi.CounterCell below = super.counter(spec);
                return new io.zeal.spi.CounterCell() {
                  @Override
                  public long get() {
                    return below.get();
                  }

                  @Override
                  public OptionalLong apply(io.zeal.spi.CounterChange change) {
                    return below.apply(change);
                  }
                };
              }
            };
          }
        };
  }

  private static Object deaf(String method, Object[] arguments, Supplier<Object> call) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Consumer) {
        arguments[i] = (Consumer<Object>) message -> {};
      }
    }
    return call.get();
  }

  private static Object withoutGaps(String method, Object[] arguments, Supplier<Object> call) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof SubscribeOptions options) {
        arguments[i] = options.withOnGap(() -> {});
      }
      if (arguments[i] instanceof Runnable) {
        arguments[i] = (Runnable) () -> {};
      }
    }
    return call.get();
  }

  private static Object acknowledging(String method, Object[] arguments, Supplier<Object> call) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Function) {
        arguments[i] = (Function<Object, Object>) delivery -> io.zeal.Ack.done();
      }
    }
    return call.get();
  }

  private static Object endless(String method, Object[] arguments, Supplier<Object> call) {
    Object answer = call.get();
    return answer instanceof Subscription subscription
        ? intercept(Subscription.class, subscription, swallowing("close", null))
        : answer;
  }

  private static Function<Backend, Backend> outages() {
    return part(
        "rows",
        Rows.class,
        (_, _, call) -> {
          try {
            return call.get();
          } catch (ZealException e) {
            throw new BackendUnavailableException("Something went wrong. Wait.", null, e);
          }
        });
  }

  private static Function<Backend, Backend> info(Set<Capability> lost, String name) {
    return backend ->
        new ForwardingBackend(backend) {
          @Override
          public BackendInfo info() {
            BackendInfo below = super.info();
            Set<Capability> left = EnumSet.copyOf(below.capabilities());
            left.removeAll(lost);
            return new BackendInfo(name, below.scope(), left, below.limits());
          }
        };
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("brokenDecorators")
  void whatIsBrokenFailsByItsRuleAndNoOther(
      String rules, String what, Function<Backend, Backend> around) {
    Map<String, String> failures = failures(around);

    assertThat(String.join(" ", failures.keySet())).as("%s: %s", what, failures).isEqualTo(rules);
    failures.forEach((rule, message) -> assertThat(message).startsWith("[" + rule + " "));
  }

  @Test
  void everyRuleIsWrittenTestedAndBroken() throws Exception {
    Set<String> tested =
        tests().map(DecoratorTckTest::rule).collect(Collectors.toCollection(TreeSet::new));
    Set<String> broken =
        brokenDecorators()
            .flatMap(each -> Arrays.stream(((String) each.get()[0]).split(" ")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(broken).isEqualTo(tested);
    assertThat(written()).isEqualTo(tested);
  }

  private static Set<String> written() throws Exception {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    return Pattern.compile("(?m)^\\*\\*(D\\d+\\.\\d+)\\*\\* MUST ")
        .matcher(Files.readString(root.resolve("docs/contract/decorator.md")))
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
