/**
 * The contracts as test classes to extend; {@code docs/write-a-backend.md} shows how.
 *
 * <p>Each test method begins with the rule it holds a backend to ({@code docs/contract}), and each
 * of its failure messages does too.
 */
@NullMarked
package io.zeal.tck;

import org.jspecify.annotations.NullMarked;
