/**
 * Two or three calls that meet, and what they may answer. Each class is a topic, each class within
 * one test: its actors run at the same time on a store of their own, again and again, and its
 * outcomes say which answers there may be; {@code FORBIDDEN} is whatever is not listed.
 */
@NullMarked
package io.zeal.concurrency.jcstress;

import org.jspecify.annotations.NullMarked;
