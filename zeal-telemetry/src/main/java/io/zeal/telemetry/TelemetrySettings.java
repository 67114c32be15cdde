package io.zeal.telemetry;

import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.util.List;

/**
 * What telemetry is told.
 *
 * @param enabled whether it is on
 * @param operations which backends' calls are timed
 * @param traces which backends' calls are spans
 * @param instance what tells this instance from others of the process; empty for nothing
 */
record TelemetrySettings(boolean enabled, Which operations, Which traces, String instance) {

  /** Of which backends. */
  enum Which {
    /** All. */
    ALL,
    /** Those that are reached over a network: a call of others may take less than to record it. */
    REMOTE,
    /** None. */
    NONE;

    boolean includes(boolean remote) {
      return this == ALL || (this == REMOTE && remote);
    }
  }

  private static final Setting<Boolean> ENABLED =
      Setting.flag("zeal.telemetry.enabled").withDefault(true);
  private static final Setting<Which> OPERATIONS =
      Setting.choice("zeal.telemetry.operations", Which.class).withDefault(Which.ALL);
  private static final Setting<Which> TRACES =
      Setting.choice("zeal.telemetry.traces", Which.class).withDefault(Which.REMOTE);
  private static final Setting<String> INSTANCE =
      Setting.text("zeal.telemetry.instance").withDefault("");

  static List<Setting<?>> all() {
    return List.of(ENABLED, OPERATIONS, TRACES, INSTANCE);
  }

  static TelemetrySettings of(BackendContext context) {
    return new TelemetrySettings(
        context.setting(ENABLED),
        context.setting(OPERATIONS),
        context.setting(TRACES),
        context.setting(INSTANCE));
  }
}
