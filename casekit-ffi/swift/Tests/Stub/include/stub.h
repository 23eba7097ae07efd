#pragma once

#include <stdint.h>

uint32_t casekit_api_version(void);
