/** The deploy step: topics and schemas. */
@NullMarked
package io.warroom.config.setup;

import org.jspecify.annotations.NullMarked;
