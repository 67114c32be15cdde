/** Outages of real servers behind a circuit breaker. */
package io.zeal.outages;
