/**
 * What every Redis driver has to do, and the kit on the backend over each of them.
 *
 * <p>{@code XxxDriverTest} nests the chapters of {@code DriverTck} over one driver, {@code
 * XxxContractTest} the kit on one server and on a cluster. The others break something while the
 * backend runs: a server, a cluster, sentinels, limits.
 */
@NullMarked
package io.zeal.redisdrivers;

import org.jspecify.annotations.NullMarked;
