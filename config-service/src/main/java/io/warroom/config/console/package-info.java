/** The console: pages for people, made on the server, which ask the features for the same things as the routes do. */
@NullMarked
package io.warroom.config.console;

import org.jspecify.annotations.NullMarked;
