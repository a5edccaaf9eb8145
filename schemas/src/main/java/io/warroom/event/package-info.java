/**
 * The event contracts: one generated record a topic (see the {@code .avsc} files for every field), and what a producer
 * or consumer needs to write and read them correctly.
 */
@NullMarked
package io.warroom.event;

import org.jspecify.annotations.NullMarked;
