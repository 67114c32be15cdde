/** An application with an OpenTelemetry SDK. */
@NullMarked
package io.zeal.consumer.telemetry;

import org.jspecify.annotations.NullMarked;
