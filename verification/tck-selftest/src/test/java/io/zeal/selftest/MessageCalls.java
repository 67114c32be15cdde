package io.zeal.selftest;

import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What breakages of publish and subscribe need. */
final class MessageCalls {

  private MessageCalls() {}

  /** What becomes of a message instead of being handed to {@code handler}. */
  interface Hearing {
    void hear(Call subscribed, Consumer<? super Message> handler, Message message);
  }

  /** Breaks what handlers of channels and patterns are called with. */
  static Breakage hearing(Breakage breakage, Hearing hearing) {
    return subscribing(breakage, call -> with(call, options(call), hearing));
  }

  /** Breaks the options of subscriptions. */
  static Breakage options(Breakage breakage, UnaryOperator<SubscribeOptions> other) {
    return subscribing(
        breakage,
        call -> with(call, other.apply(options(call)), (same, handler, m) -> handler.accept(m)));
  }

  static Breakage subscribing(Breakage breakage, Breakage.OnCall hook) {
    Breakage.OnCall checked =
        call ->
            Arrays.stream(call.args).anyMatch(Objects::isNull) ? call.proceed() : hook.call(call);
    return breakage.onCall("PubSub.subscribe", checked).onCall("PubSub.subscribePattern", checked);
  }

  static Object with(Call call, SubscribeOptions options, Hearing hearing) {
    PubSub messages = (PubSub) call.target;
    Consumer<? super Message> handler = handler(call);
    Consumer<Message> other = message -> hearing.hear(call, handler, message);
    return isPattern(call)
        ? messages.subscribePattern(call.text(0), options, other)
        : messages.subscribe(call.text(0), options, other);
  }

  static boolean isPattern(Call call) {
    return call.method.getName().equals("subscribePattern");
  }

  static SubscribeOptions options(Call call) {
    return call.args.length > 2 ? (SubscribeOptions) call.args[1] : SubscribeOptions.defaults();
  }

  @SuppressWarnings("unchecked") // a message is what it is called with
  static Consumer<? super Message> handler(Call call) {
    return (Consumer<? super Message>) call.args[call.args.length - 1];
  }

  /** The call that made the subscription which this call is about. */
  static Call made(Call call) {
    return Objects.requireNonNull(call.world.subscriptions.get((Subscription) call.target));
  }

  /** What is published, as text. */
  static String payload(Call call) {
    return call.args[1] instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(call.args[1]);
  }

  static Message message(String channel, String text) {
    return new Message(channel, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Counts up what belongs to {@code one}, and answers the new count. */
  static int count(Call call, String what, Object one) {
    return counter(call, what, one).incrementAndGet();
  }

  static int counted(Call call, String what, Object one) {
    return counter(call, what, one).get();
  }

  private static AtomicInteger counter(Call call, String what, Object one) {
    return (AtomicInteger) notes(call, what).computeIfAbsent(one, key -> new AtomicInteger());
  }

  /** Free for hooks, by name. */
  @SuppressWarnings("unchecked") // nobody else puts it there
  static Map<Object, Object> notes(Call call, String what) {
    return (Map<Object, Object>)
        call.world.notes.computeIfAbsent(what, key -> new ConcurrentHashMap<Object, Object>());
  }

  /** Notes for each thread which channel's handler it runs; for {@link #handledHere}. */
  static void handling(Call call, Consumer<? super Message> handler, Message message) {
    notes(call, "handling").put(Thread.currentThread(), message.channel());
    try {
      handler.accept(message);
    } finally {
      notes(call, "handling").remove(Thread.currentThread());
    }
  }

  /** The channel whose handler makes this call. */
  static @Nullable Object handledHere(Call call) {
    return notes(call, "handling").get(Thread.currentThread());
  }
}
