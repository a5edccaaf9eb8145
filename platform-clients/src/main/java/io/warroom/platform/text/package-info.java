/** The first message as text: neutralised and cut to a platform's limits. */
@NullMarked
package io.warroom.platform.text;

import org.jspecify.annotations.NullMarked;
