/** The API's document (OpenAPI 3.1): routes and parameters from the controllers, callers from the rules, bodies from each feature. */
@NullMarked
package io.warroom.config.openapi;

import org.jspecify.annotations.NullMarked;
