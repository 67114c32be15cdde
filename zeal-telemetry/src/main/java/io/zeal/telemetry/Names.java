package io.zeal.telemetry;

import io.opentelemetry.api.common.AttributeKey;

/**
 * The attributes there are. Those without {@code zeal.} are OpenTelemetry's, but for {@code cache}
 * and {@code result}, which are Micrometer's.
 */
final class Names {

  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  static final AttributeKey<String> COLLECTION = AttributeKey.stringKey("db.collection.name");
  static final AttributeKey<Long> BATCH_SIZE = AttributeKey.longKey("db.operation.batch.size");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> ROLE = AttributeKey.stringKey("zeal.role");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("zeal.outcome");

  static final AttributeKey<String> MESSAGES = AttributeKey.stringKey("messaging.system");
  static final AttributeKey<String> MESSAGE_OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  static final AttributeKey<String> MESSAGE_OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> GROUP = AttributeKey.stringKey("messaging.consumer.group.name");
  static final AttributeKey<Long> MESSAGE_COUNT =
      AttributeKey.longKey("messaging.batch.message_count");

  private Names() {}

  /** The system of a backend that is no product of its own. */
  static String ofZeal(String backend) {
    return "zeal." + backend;
  }
}
