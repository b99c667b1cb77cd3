-- SPDX-License-Identifier: GPL-3.0-only
-- The placed queens are an array that is overwritten in place.
local function safe(queen, placed, row)
  for distance = 1, row - 1 do
    local q = placed[row - distance]
    if q == queen or q == queen + distance or q == queen - distance then return false end
  end
  return true
end
local function place(row, n, placed)
  if row > n then return 1 end
  local ways = 0
  for column = 0, n - 1 do
    if safe(column, placed, row) then
      placed[row] = column
      ways = ways + place(row + 1, n, placed)
    end
  end
  return ways
end
print(place(1, 11, {}))
