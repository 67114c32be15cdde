/**
 * Faults on demand: {@link io.zeal.testkit.Chaos} is what a test holds, {@link
 * io.zeal.testkit.ChaosBackend} and {@link io.zeal.testkit.ChaosPubSub} are where they happen.
 */
@NullMarked
package io.zeal.testkit;

import org.jspecify.annotations.NullMarked;
