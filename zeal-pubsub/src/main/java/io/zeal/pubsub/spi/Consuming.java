package io.zeal.pubsub.spi;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.Delivery;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a call of {@code consume} asked for.
 *
 * @param stream the stream
 * @param group the group
 * @param options how it consumes
 * @param handler what handles each delivery
 */
public record Consuming(
    String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler) {

  /**
   * Checks the names.
   *
   * @throws io.zeal.InvalidArgumentException if one cannot be used
   */
  public Consuming {
    Names.requireStream(stream);
    Names.requireGroup(group);
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(handler, "handler");
  }
}
