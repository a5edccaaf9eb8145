/**
 * What a chat platform can do for us: resolve people, create and look up rooms, admit people, post. Each platform is one
 * package below; its vocabulary and its codes stop there.
 */
@NullMarked
package io.warroom.platform;

import org.jspecify.annotations.NullMarked;
