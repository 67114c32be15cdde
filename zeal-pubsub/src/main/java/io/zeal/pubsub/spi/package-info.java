/**
 * What every backend with messages needs, and none should write again: queues in front of handlers,
 * patterns, and the loop that takes reliable messages, runs handlers and records their answers.
 *
 * <p>A backend hands what arrives to {@link io.zeal.pubsub.spi.Mailbox}es, which it finds by {@link
 * io.zeal.pubsub.spi.Topics}; for reliable messages it implements {@link
 * io.zeal.pubsub.spi.Membership} and nothing else of the delivery ({@link
 * io.zeal.pubsub.spi.Consumption}).
 */
@NullMarked
package io.zeal.pubsub.spi;

import org.jspecify.annotations.NullMarked;
