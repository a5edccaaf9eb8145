/** Who is who: binds people of the incident system to users of a chat platform, so that nobody must be looked up. */
@NullMarked
package io.warroom.config.member;

import org.jspecify.annotations.NullMarked;
