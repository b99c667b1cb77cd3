-- SPDX-License-Identifier: GPL-3.0-only
local numbers = {}
for i = 0, 299999 do numbers[#numbers + 1] = tostring(i) end
local text = table.concat(numbers, " ")
local parts = {}
for part in text:gmatch("[^ ]+") do parts[#parts + 1] = part end
local sum = 0
for _, part in ipairs(parts) do sum = sum + tonumber(part) end
print(string.format("%d %d", #text, sum))
print(#text:upper():gsub("99", "ninety-nine"))
