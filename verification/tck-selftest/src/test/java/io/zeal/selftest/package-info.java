/**
 * The proof of the kit: each of its tests can fail, and fails alone.
 *
 * <p>{@code StoreBreakages} and its siblings are tables: a kit test, and the smallest thing to
 * break in the map backend, or in front of it, so that this test notices. {@code
 * KitCatchesEachBreakageTest} runs the whole kit against each of them. What is about scripts is
 * broken in front of a real server, and skipped where there is none.
 */
@NullMarked
package io.zeal.selftest;

import org.jspecify.annotations.NullMarked;
