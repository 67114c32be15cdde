package io.zeal.tck;

import io.zeal.Ack;
import io.zeal.BackendInfo;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.ConsumeOptions;
import io.zeal.CounterOptions;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.Entry;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PublishOptions;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.StoreOptions;
import io.zeal.SubscribeOptions;
import io.zeal.spi.Announcement;
import io.zeal.spi.Condition;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An argument and an answer of every type that the SPI speaks of. */
final class SpiSamples {

  static final StoreSpec<Player> STORE =
      new StoreSpec<>("tck-store", Player.SCHEMA, StoreOptions.defaults(), null);

  static final CounterSpec COUNTER = new CounterSpec("tck-counter", CounterOptions.defaults());

  static final BackendInfo INFO =
      new BackendInfo(
          "tck-below",
          BackendInfo.Scope.CLUSTER,
          EnumSet.allOf(Capability.class),
          Map.of("keyBytes", 63L, "payloadBytes", 1024L));

  private static final Player PLAYER = new Player("alice", 7);
  private static final byte[] BYTES = {1, 2, 3};
  private static final Write<Player> WRITE =
      new Write.Put<>("k", PLAYER, 0, new Condition.Always<>());
  private static final Stats STATS =
      new Stats("tck", Map.of("calls", 7L), Map.of("part", Stats.of("part", Map.of("n", 1L))));

  private SpiSamples() {}

  static Object[] arguments(Method method) {
    return Arrays.stream(method.getGenericParameterTypes())
        .map(type -> argument(type.getTypeName(), method))
        .toArray();
  }

  private static Object argument(String type, Method method) {
    return switch (plain(type)) {
      case "String" -> "k";
      case "int" -> 1;
      case "long" -> 5L;
      case "byte[]" -> BYTES;
      case "Collection<String>", "List<String>" -> List.of("a", "b");
      case "List<byte[]>" -> List.of(BYTES);
      case "ReadOptions" -> ReadOptions.maxStaleness(Duration.ofSeconds(3));
      case "Write<R>" -> WRITE;
      case "List<Write<R>>" -> List.of(WRITE);
      case "StoreSpec<R>" -> STORE;
      case "CounterSpec" -> COUNTER;
      case "Collection<CounterSpec>" -> List.of(COUNTER);
      case "Map<CounterSpec, Long>" -> Map.of(COUNTER, 5L);
      case "CounterChange" -> new CounterChange.Add(5);
      case "Announcement" -> new Below().of(Announcement.class);
      case "SubscribeOptions" -> SubscribeOptions.defaults().withOnGap(new GapProbe());
      case "ConsumeOptions" -> ConsumeOptions.defaults().withMaxDeliveries(3);
      case "PublishOptions" -> PublishOptions.defaults().withKey("k");
      case "Consumer<? super Message>" -> new HandlerProbe();
      case "Runnable" -> new GapProbe();
      case "Function<Delivery, Ack>" -> new Handler();
      case "Script" -> Script.of("return 1");
      default ->
          throw new AssertionError(
              "The kit has no sample argument of " + type + " for " + method + ". Add one here.");
    };
  }

  /** What is answered to every call of {@code method}: equal each time, or an object below. */
  static @Nullable Object answer(Method method, Below below) {
    Class<?> raw = method.getReturnType();
    String type = plain(method.getGenericReturnType().getTypeName());
    return switch (type) {
      case "void" -> null;
      case "boolean" -> true;
      case "int" -> 3;
      case "long" -> 7L;
      case "String" -> "answer";
      case "Optional<R>" -> Optional.of(PLAYER);
      case "Optional<String>" -> Optional.of("answer");
      case "Optional<byte[]>" -> Optional.of(BYTES);
      case "Optional<Reading<R>>" -> Optional.of(Reading.fresh(PLAYER, Duration.ofSeconds(9)));
      case "OptionalLong" -> OptionalLong.of(7);
      case "WriteResult" -> WriteResult.APPLIED;
      case "List<WriteResult>" -> List.of(WriteResult.SKIPPED);
      case "List<Entry<R>>" -> List.of(new Entry<>("k", PLAYER));
      case "List<String>" -> List.of("answer");
      case "List<DeadLetter>" -> List.of(LETTER);
      case "BulkResult<R>" -> BulkResult.of(Map.of("k", PLAYER));
      case "BulkResult<Reading<R>>" -> BulkResult.of(Map.of("k", Reading.fresh(PLAYER, null)));
      case "BulkResult<Long>" -> BulkResult.of(Map.of("k", 7L));
      case "Map<String, Long>" -> Map.of("received", 7L);
      case "Stats" -> STATS;
      case "List<Finding>" ->
          List.of(new Finding("TCK-1", Finding.Severity.WARNING, "a finding", "nothing"));
      case "BackendInfo" -> INFO;
      case "StoreSpec<R>" -> STORE;
      case "Reply" -> new Scripts.Reply.TextValue("answer");
      default -> {
        if (!raw.isInterface() || !raw.getPackageName().startsWith("io.zeal")) {
          throw new AssertionError(
              "The kit has no sample answer of " + type + " for " + method + ". Add one here.");
        }
        yield below.of(raw);
      }
    };
  }

  private static final DeadLetter LETTER = new Below().of(DeadLetter.class);

  /** Without packages and enclosing classes: {@code Optional<Reading<R>>}. */
  private static String plain(String type) {
    return type.replaceAll("[\\w.$]+[.$](?=\\w)", "");
  }

  /**
   * Whether what arrived is what was given, or something around it that comes to it when called.
   */
  static boolean reaches(@Nullable Object arrived, Object given) {
    if (Objects.equals(arrived, given)) {
      return true;
    }
    return switch (given) {
      case Probe probe -> probe.isReachedBy(arrived);
      case Function<?, ?> _ -> answers(arrived);
      case SubscribeOptions options ->
          arrived instanceof SubscribeOptions found
              && found.withOnGap(options.onGap()).equals(options)
              && reaches(found.onGap(), options.onGap());
      default -> false;
    };
  }

  private static final Message MESSAGE = new Message("c", BYTES);

  private static final Delivery DELIVERY =
      new Delivery() {
        @Override
        public String id() {
          return "1";
        }

        @Override
        public Message message() {
          return MESSAGE;
        }

        @Override
        public Optional<String> key() {
          return Optional.empty();
        }

        @Override
        public long deliveryCount() {
          return 1;
        }

        @Override
        public boolean isClaimed() {
          return true;
        }
      };

  private static final Ack ANSWER = Ack.reject("as the kit says");

  /** A handler whose answer is told from others. */
  private record Handler() implements Function<Delivery, Ack> {

    @Override
    public Ack apply(Delivery delivery) {
      return delivery.id().equals("1") ? ANSWER : Ack.done();
    }
  }

  @SuppressWarnings("unchecked") // what the method's signature says it is
  private static boolean answers(@Nullable Object arrived) {
    return arrived instanceof Function<?, ?> function
        && ANSWER.equals(((Function<Delivery, Ack>) function).apply(DELIVERY));
  }

  /** Notes that it was called. */
  private abstract static class Probe {

    boolean called;

    /** Whether calling what arrived comes to this. */
    final boolean isReachedBy(@Nullable Object arrived) {
      called = false;
      return call(arrived) && called;
    }

    /** Whether it can be called as what this is. */
    abstract boolean call(@Nullable Object arrived);
  }

  private static final class HandlerProbe extends Probe implements Consumer<Message> {

    @Override
    public void accept(Message message) {
      called = message.channel().equals(MESSAGE.channel());
    }

    @Override
    @SuppressWarnings("unchecked") // what stands in its place takes what it takes
    boolean call(@Nullable Object arrived) {
      if (arrived instanceof Consumer<?> consumer) {
        ((Consumer<Message>) consumer).accept(MESSAGE);
        return true;
      }
      return false;
    }
  }

  private static final class GapProbe extends Probe implements Runnable {

    @Override
    public void run() {
      called = true;
    }

    @Override
    boolean call(@Nullable Object arrived) {
      if (arrived instanceof Runnable runnable) {
        runnable.run();
        return true;
      }
      return false;
    }
  }
}
