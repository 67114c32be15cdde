package io.zeal;

/**
 * One delivery of a reliable message to a handler.
 *
 * @param id the message's id, as {@link ReliablePubSub#publish} returned it
 * @param message what was published
 * @param deliveryCount 1 for the first delivery; grows with each, and so serves as a fencing token
 */
public record Delivery(String id, Message message, long deliveryCount) {}
