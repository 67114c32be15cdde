/**
 * Proofs of {@code docs/contract/cache.md}: {@link io.zeal.proofs.cache.Traffic} uses caches,
 * {@link io.zeal.proofs.cache.History} knows from what was begun and what returned which answers
 * are right.
 */
@NullMarked
package io.zeal.proofs.cache;

import org.jspecify.annotations.NullMarked;
