-- SPDX-License-Identifier: GPL-3.0-only
local floor = math.floor
local function text()
  local x, parts = 42, {}
  for i = 1, 1700000 do
    x = x * 16807 % 2147483647
    parts[i] = "w" .. floor(x / 65536) % 20000
  end
  return table.concat(parts, " ")
end
local t = text()
local words = {}
for word in t:gmatch("[^ ]+") do words[#words + 1] = word end
local counts, distinct = {}, 0
for _, word in ipairs(words) do
  local c = counts[word]
  if c == nil then
    distinct = distinct + 1
    counts[word] = 1
  else
    counts[word] = c + 1
  end
end
print(#t .. " " .. distinct .. " " .. counts.w77)
