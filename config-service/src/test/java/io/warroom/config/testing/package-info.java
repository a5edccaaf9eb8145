/** What the integration tests share: a deployment of the service, and a connection that can be cut. */
@NullMarked
package io.warroom.config.testing;

import org.jspecify.annotations.NullMarked;
