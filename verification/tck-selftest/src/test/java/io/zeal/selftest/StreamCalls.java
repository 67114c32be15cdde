package io.zeal.selftest;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.Message;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What breakages of reliable messages need. */
final class StreamCalls {

  private StreamCalls() {}

  /** What becomes of a delivery instead of being handed to {@code handler}. */
  interface Handling {
    @Nullable Ack handle(Call consumed, Function<Delivery, Ack> handler, Delivery delivery);
  }

  /** Breaks what handlers are called with, and what they answer. */
  static Breakage handling(Breakage breakage, Handling handling) {
    return breakage.onCall("ReliablePubSub.consume", call -> with(call, options(call), handling));
  }

  /** Breaks the options of consumers. */
  static Breakage options(Breakage breakage, UnaryOperator<ConsumeOptions> other) {
    return breakage.onCall(
        "ReliablePubSub.consume",
        call -> with(call, other.apply(options(call)), (same, handler, d) -> handler.apply(d)));
  }

  @SuppressWarnings("NullAway") // an answer that is null is one of those
  static Object with(Call call, ConsumeOptions options, Handling handling) {
    Function<Delivery, Ack> handler = handler(call);
    return ((ReliablePubSub) call.target)
        .consume(call.text(0), call.text(1), options, one -> handling.handle(call, handler, one));
  }

  static ConsumeOptions options(Call call) {
    return call.args.length > 3 ? (ConsumeOptions) call.args[2] : ConsumeOptions.defaults();
  }

  @SuppressWarnings("unchecked") // a delivery is what it is called with
  private static Function<Delivery, Ack> handler(Call call) {
    return (Function<Delivery, Ack>) call.args[call.args.length - 1];
  }

  /** Whether these are options of so many handlers and so many ahead. */
  static boolean isFor(Call consumed, int handlers, int prefetch) {
    return options(consumed).concurrency() == handlers && options(consumed).prefetch() == prefetch;
  }

  /** Breaks the options of publications. */
  static Breakage publishing(Breakage breakage, UnaryOperator<PublishOptions> other) {
    Breakage.OnCall hook =
        call ->
            call.proceed(
                Arrays.stream(call.args)
                    .map(arg -> arg instanceof PublishOptions options ? other.apply(options) : arg)
                    .toArray());
    return breakage
        .onCall("ReliablePubSub.publish", hook)
        .onCall("ReliablePubSub.publishAll", hook);
  }

  static PublishOptions publishOptions(Call call) {
    return call.args.length > 2 ? (PublishOptions) call.args[2] : PublishOptions.defaults();
  }

  /** What is published, as text. */
  static String payload(Call call) {
    return new String((byte[]) call.args[1], StandardCharsets.UTF_8);
  }

  /** Other numbers of a group than there are. */
  static Stats numbers(Object stats, UnaryOperator<Map<String, Long>> other) {
    Stats real = (Stats) stats;
    return Stats.of(real.name(), other.apply(new HashMap<>(real.numbers())));
  }

  /** Other dead letters than there are. */
  @SuppressWarnings("unchecked") // it is what the call answers
  static List<DeadLetter> letters(Object letters) {
    return (List<DeadLetter>) letters;
  }

  /** A dead letter of which one property is another. */
  static DeadLetter letter(DeadLetter real, String property, Object value) {
    return (DeadLetter)
        Proxy.newProxyInstance(
            StreamCalls.class.getClassLoader(),
            new Class<?>[] {DeadLetter.class},
            (proxy, method, args) -> {
              if (method.getName().equals(property)) {
                return value;
              }
              try {
                return method.invoke(real, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A delivery, to be changed. */
  static class Changed implements Delivery {

    final Delivery real;

    Changed(Delivery real) {
      this.real = real;
    }

    @Override
    public String id() {
      return real.id();
    }

    @Override
    public Message message() {
      return real.message();
    }

    @Override
    public Optional<String> key() {
      return real.key();
    }

    @Override
    public long deliveryCount() {
      return real.deliveryCount();
    }

    @Override
    public boolean isClaimed() {
      return real.isClaimed();
    }
  }

  /** The same with another count. */
  static Delivery counting(Delivery real, long count) {
    return new Changed(real) {
      @Override
      public long deliveryCount() {
        return count;
      }
    };
  }
}
