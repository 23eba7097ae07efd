#pragma once

#include <stdint.h>

// The version of the library's interface. It is called before anything else, so its signature never changes.
uint32_t casekit_api_version(void);
